/** Colour of a class or background, beside its name. */
export function ClassDot({ colour, size = 10 }: { readonly colour: string; readonly size?: number }) {
  return <span aria-hidden style={{ display: 'inline-block', flex: 'none', width: size, height: size, borderRadius: '50%', background: colour, forcedColorAdjust: 'none', boxShadow: 'inset 0 0 0 1px rgb(0 0 0 / 12%)' }} />;
}
