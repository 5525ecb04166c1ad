// The page's own program once more, off its thread. The page sends the address of its glue and its compiled module.
onmessage = async ({ data: [glue, module] }) => {
  onmessage = null;
  try {
    const { default: start } = await import(glue);
    await start({ module_or_path: module });
  } catch (error) {
    // Where the page hears of it.
    setTimeout(() => { throw error; });
  }
};
