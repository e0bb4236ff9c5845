"""The pages: their source (TypeScript, built by Vite into dist/), how they are built and how they are served.

Everything a page loads comes from our own origin: no CDN, no font or script of anyone else's. `build` is run by
`make web` and uses the standard library alone; `pages` is what the application mounts. Neither imports anything
else of ours.
"""
