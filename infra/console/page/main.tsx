import { render } from 'preact';
import { App } from './app.tsx';
import { storeProof } from './fetch-json.ts';

storeProof();
const page = document.getElementById('page');
if (page) render(<App />, page);
