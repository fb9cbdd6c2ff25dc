export const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
export const switcherShortcut = isApple ? '⌘K' : 'Ctrl K';
