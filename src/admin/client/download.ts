/** Saves what came as a file: nothing of it stays in the page. */
document.addEventListener('htmx:after:swap', () => {
  for (const template of document.querySelectorAll<HTMLTemplateElement>('template[data-download]')) {
    const link = document.createElement('a');
    const url = URL.createObjectURL(
      new Blob([template.content.textContent ?? ''], { type: 'application/jose' }),
    );
    link.href = url;
    link.download = template.dataset['download'] ?? 'download';
    link.click();
    URL.revokeObjectURL(url);
    template.remove();
  }
});
