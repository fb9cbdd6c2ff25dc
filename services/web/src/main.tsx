import { render } from 'preact';
import { restore } from './state/chat.ts';
import { tellFault } from './state/faults.ts';
import { App } from './views/app.tsx';

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
restore().catch(tellFault);
