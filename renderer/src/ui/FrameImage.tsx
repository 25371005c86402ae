import { frameAddress } from '../studio';
import classes from './FrameImage.module.css';

/** The picture of a frame, cut to its place. */
export function FrameImage({ id, alt = '', className }: { readonly id: number; readonly alt?: string; readonly className?: string }) {
  return <img src={frameAddress(id)} alt={alt} draggable={false} decoding="async" className={`${classes.image} ${className ?? ''}`} />;
}
