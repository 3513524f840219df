// What only the page of the usage needs in the browser: its charts.
import { Chart } from './chart.ts';

let charts: Chart[] = [];

/** Draws what there is to draw: new figures, and those whose table is another. */
function draw(): void {
  charts = charts.filter((chart) => {
    if (!chart.isThere) chart.close();
    return chart.isThere;
  });
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
    const known = charts.find((chart) => chart.figure === figure);
    const plot = figure.querySelector<HTMLElement>('.plot');
    if (known !== undefined) known.draw();
    else if (plot !== null) charts.push(new Chart(figure, plot));
  }
}

function recolour(): void {
  for (const chart of charts) chart.recolour();
}

draw();
document.addEventListener('htmx:after:swap', draw);
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ['data-theme'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
