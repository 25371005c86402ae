import { ActionIcon, Alert, Anchor, Button, Code, Collapse, CopyButton, Drawer, Group, Select, Switch, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconDeviceMobile, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import type { ServingView } from '../../../electron/ipc/serving';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { queries, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import classes from './Try.module.css';
import { useTrial } from './trial';

const show = (view: ServingView | null): void => void queries.setQueryData(['serving:state'], view);

/** A text to be copied, with the button that does it. */
function Copyable({ label, text, testId }: { readonly label: string; readonly text: string; readonly testId: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.copyable}>
      <Text size="xs" c="dimmed">{label}</Text>
      <Group gap={6} wrap="nowrap">
        <Code className={classes.code} data-selectable data-testid={testId}>{text}</Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <ActionIcon onClick={copy} aria-label={t('phones:copy', { what: label })}>{copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}</ActionIcon>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}

function Off({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const hosts = useStudio('serving:hosts').data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [https, setHttps] = useState(false);
  const [starting, setStarting] = useState(false);
  const host = chosen ?? hosts[0]?.address ?? '127.0.0.1';
  const start = async () => {
    setStarting(true);
    const view = await attempt(call('serving:start', { modelId: model.id, host, https }));
    if (view) show(view);
    setStarting(false);
  };
  return (
    <div className={classes.panel}>
      <Text>{t('phones:what')}</Text>
      <Text c="dimmed">{t('phones:privacy')}</Text>
      <Select label={t('phones:host')} description={t('phones:hostHelp')} value={host} onChange={setChosen} data={hosts.map(({ address, name, internal }) => ({ value: address, label: internal ? t('phones:onlyHere', { address }) : `${address} · ${name}` }))} comboboxProps={{ withinPortal: false }} data-testid="phones-host" />
      {hosts.every(({ internal }) => internal) && <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />}>{t('phones:noNetwork')}</Alert>}
      <Switch label={t('phones:https')} description={t('phones:httpsHelp')} checked={https} onChange={(event) => setHttps(event.currentTarget.checked)} data-testid="phones-https" />
      <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={starting} onClick={() => void start()} data-testid="phones-start">{t('phones:start')}</Button>
    </div>
  );
}

function Paired({ view }: { readonly view: ServingView }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section aria-label={t('phones:paired')}>
      <Text fw={620}>{t('phones:paired')}</Text>
      {view.phones.length === 0 && <Text c="dimmed">{t('phones:nonePaired')}</Text>}
      <ul className={classes.phones}>
        {view.phones.map((phone) => (
          <li key={phone.id} data-testid="phones-phone">
            <IconDeviceMobile size={20} stroke={1.5} aria-hidden />
            <span className={classes.phoneName}>
              <Text truncate>{phone.name === '?' ? t('phones:someBrowser') : phone.name}</Text>
              <Text size="xs" c="dimmed" className="numbers">{phone.address} · {t('phones:pictures', { count: phone.pictures })} · {format.time(phone.lastSeenAt)}</Text>
            </span>
            <Button size="compact-sm" variant="subtle" color="clay" onClick={() => void attempt(call('serving:revoke', phone.id)).then((next) => next && show(next))} data-testid="phones-revoke">{t('phones:revoke')}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Running({ view }: { readonly view: ServingView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [examples, setExamples] = useState(false);
  const insecure = view.https ? '-k ' : '';
  return (
    <div className={classes.panel}>
      <div className={classes.qr} data-testid="phones-qr" data-url={view.pairingUrl}>
        <svg viewBox={`-3 -3 ${view.qr.size + 6} ${view.qr.size + 6}`} role="img" aria-label={t('phones:qr')} shapeRendering="crispEdges"><path d={view.qr.path} fill="#000" /></svg>
      </div>
      <Group gap={6} justify="center" wrap="nowrap">
        <Text size="xs" c="dimmed" ta="center">{t('phones:scan', { time: format.time(view.pairingExpiresAt) })}</Text>
        <Tooltip label={t('phones:renew')}>
          <ActionIcon onClick={() => void attempt(call('serving:renew')).then((next) => next && show(next))} aria-label={t('phones:renew')} data-testid="phones-renew"><IconRefresh size={16} aria-hidden /></ActionIcon>
        </Tooltip>
      </Group>
      <Copyable label={t('phones:address')} text={view.address} testId="phones-address" />
      {view.fingerprint && <Text size="xs" c="dimmed" className={classes.fingerprint}>{t('phones:fingerprint', { fingerprint: view.fingerprint })}</Text>}
      <Text c="dimmed">{t('phones:answers', { model: view.model.name })}</Text>
      <Paired view={view} />
      <section>
        <Text fw={620}>{t('phones:programs')}</Text>
        <Copyable label={t('phones:token')} text={view.token} testId="phones-token" />
        <Anchor component="button" size="sm" onClick={() => setExamples(!examples)} aria-expanded={examples}>{t('phones:example')}</Anchor>
        <Collapse expanded={examples}>
          <Code block className={classes.code} data-selectable>{`curl ${insecure}-H "Authorization: Bearer ${view.token}" \\\n  -H "Content-Type: image/jpeg" \\\n  --data-binary @photo.jpg \\\n  ${view.address}/v1/predict`}</Code>
        </Collapse>
      </section>
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void attempt(call('serving:stop')).then(() => show(null))} data-testid="phones-stop">{t('phones:stop')}</Button>
    </div>
  );
}

/** Phones and programs: off until asked for; QR code, paired phones, token. */
export function PhonePanel({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const opened = useTrial((trial) => trial.phones);
  const view = useStudio('serving:state').data ?? null;
  // Phones ask the model that is tried here.
  const other = view !== null && view.model.id !== model.id;
  useEffect(() => {
    if (other) void attempt(call('serving:model', model.id)).then((next) => next && show(next));
  }, [other, model.id]);
  return (
    <Drawer opened={opened} onClose={() => useTrial.setState({ phones: false })} position="right" size={400} title={<Text fw={620} size="md">{t('phones:title')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      {view ? <Running view={view} /> : <Off model={model} />}
    </Drawer>
  );
}
