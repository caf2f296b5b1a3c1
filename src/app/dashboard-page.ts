/** The built dashboard, embedded: `scripts/build-web.ts` makes the files that this imports. */
import html from '../../dist/dashboard.html' with { type: 'text' }
import hashes from '../../dist/dashboard.csp.json'
import { pageOf } from '../control/dashboard.ts'

// The types take any .html for a bundle of routes; imported as text it is a string.
export const dashboardPage = pageOf(html as unknown as string, hashes)
