import { frameAddress, thumbAddress } from '../studio';
import classes from './FrameImage.module.css';

/** The picture of a frame, cut to its place. `small`: a small one is enough. */
export function FrameImage({ id, alt = '', className, small = false }: { readonly id: number; readonly alt?: string; readonly className?: string; readonly small?: boolean }) {
  return <img src={small ? thumbAddress(id) : frameAddress(id)} alt={alt} draggable={false} decoding="async" className={`${classes.image} ${className ?? ''}`} />;
}
