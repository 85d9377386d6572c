import { render } from 'preact';
import { App } from './app.tsx';
import { keepProof } from './ask.ts';

keepProof();
const page = document.getElementById('page');
if (page) render(<App />, page);
