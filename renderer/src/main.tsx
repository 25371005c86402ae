import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import 'uplot/dist/uPlot.min.css';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startTexts } from './i18n/i18n';
import { followLosses } from './rounds/stepLosses';
import { languageOf } from './settings/preferences';
import { call } from './studio';
import { followHistory } from './ui/place';
import { followChanges, queries } from './ui/queries';

async function start(): Promise<void> {
  const info = await call('app:info');
  queries.setQueryData(['app:info'], info);
  startTexts(languageOf(info.preferences));
  followHistory();
  followChanges();
  followLosses();
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
