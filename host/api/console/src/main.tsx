import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { answers } from './api/session';
import { router } from './router';
import { show } from './style/theme';
import './style/fonts.css';
import './style/base.css';
import './style/parts.css';
import './style/shell.css';
import './style/events.css';

show();
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={answers}><RouterProvider router={router} /></QueryClientProvider>
    </StrictMode>,
  );
}
