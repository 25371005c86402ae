import { networkInterfaces } from 'node:os';
import type { HostView } from '../ipc/serving';

/** Interfaces of virtual machines, containers and tunnels: no phone comes that way. */
const virtual = /^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|zt|wg|tailscale|vEthernet)/i;

function rank({ address, name, internal }: HostView): number {
  if (internal) return 3;
  if (virtual.test(name)) return 2;
  return /^(192\.168\.|10\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) ? 0 : 1;
}

/** IPv4 addresses of this machine, those that a phone most likely reaches first, its own (127.0.0.1) last. */
export function hostViews(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): readonly HostView[] {
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) => (addresses ?? []).filter(({ family }) => family === 'IPv4').map(({ address, internal }): HostView => ({ address, name, internal })))
    .sort((a, b) => rank(a) - rank(b));
}
