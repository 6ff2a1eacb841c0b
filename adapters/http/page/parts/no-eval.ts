/** Comes before any shape: the policy of the page lets no text become code, and zod would try that for each of them. */
import { config } from 'zod'

config({ jitless: true })
