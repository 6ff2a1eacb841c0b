/** Puts the page into the document. */
import './parts/no-eval.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { words } from './words/words.ts'
import './style/base.css'
import './style/frame.css'
import './style/chat.css'
import './style/prose.css'
import './style/panels.css'

document.documentElement.lang = words.language
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
