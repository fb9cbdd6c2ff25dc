import { render } from 'preact';
import { restore } from './state/chat.ts';
import { tellFault } from './state/faults.ts';
import { workOffline } from './state/work-offline.ts';
import { App } from './views/app.tsx';

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
restore().catch(tellFault);
workOffline(console.error);
