/** A text file that the bundler takes along. */
declare module '*?raw' {
  const text: string;
  export default text;
}
