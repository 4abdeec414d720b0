// An expression that is evaluated in a page: its texts whose contrast is below 4.5 to 1, by "relative luminance" and
// "contrast ratio" of WCAG 2.2.

;(() => {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const backOf = (element) => {
    if (element === null) return 'rgb(255, 255, 255)'
    const color = getComputedStyle(element).backgroundColor
    return channels(color)[3] === 0 ? backOf(element.parentElement) : color
  }
  const found = []
  for (const element of document.querySelectorAll('body *:not(script, style, noscript)')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
    if (!hasText) continue
    const [light = 0, dark = 0] = [
      luminance(getComputedStyle(element).color),
      luminance(backOf(element)),
    ].sort((a, b) => b - a)
    const ratio = (light + 0.05) / (dark + 0.05)
    if (ratio < 4.5) found.push(`${element.className} ${element.textContent}: ${ratio.toFixed(2)}`)
  }
  return found
})()
