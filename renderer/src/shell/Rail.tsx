import { UnstyledButton } from '@mantine/core';
import { IconPhoto, IconArrowsExchange, IconBinaryTree2, IconLadder, IconLayoutGrid, IconPhotoScan, IconSettings, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import icon from '../ui/icon.svg';
import { go, usePlace, type Place } from '../ui/place';
import classes from './Shell.module.css';

const icons: Readonly<Record<Place, Icon>> = {
  board: IconLayoutGrid,
  frames: IconPhoto,
  rounds: IconLadder,
  models: IconBinaryTree2,
  migrate: IconArrowsExchange,
  try: IconPhotoScan,
  settings: IconSettings,
};

function Item({ place }: { readonly place: Place }) {
  const { t } = useTranslation();
  const here = usePlace((where) => where.place === place);
  const Picture = icons[place];
  return (
    <UnstyledButton className={classes.item} aria-current={here ? 'page' : undefined} onClick={() => go(place)} data-place={place} data-testid={`rail-${place}`}>
      <Picture size={22} stroke={1.6} aria-hidden />
      {t(`common:places.${place}`)}
    </UnstyledButton>
  );
}

/** The six places, in the order of the work; settings at the foot. */
export function Rail() {
  const { t } = useTranslation();
  return (
    <nav className={classes.rail} aria-label={t('common:rail')}>
      <span className={classes.mark} aria-hidden>
        <img src={icon} alt="" width={30} height={30} />
      </span>
      <Item place="board" />
      <Item place="frames" />
      <Item place="rounds" />
      <Item place="models" />
      <Item place="migrate" />
      <Item place="try" />
      <span style={{ flex: 1 }} />
      <Item place="settings" />
    </nav>
  );
}
