import { ProtoWriter as Messages } from '../../core/protobuf';

/** Protocol buffer messages with texts in them. */
export class ProtoWriter extends Messages {
  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }
}
