"""What of a page is cut off by its width: for the pictures and for the tests of the pages."""

__all__ = ['CUT_OFF']

# Text that is read line by line may be longer than its box, which then scrolls.
CUT_OFF = """() => {
    const root = document.scrollingElement;
    const scrolls = 'pre, textarea, select, .hh-code, .hh-editor, .hh-topology-frame, .ts-wrapper,'
        + ' [class*="visually-hidden"]';
    const cut = [...document.querySelectorAll('.page-wrapper *')]
        .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 2)
        .filter(each => getComputedStyle(each).overflowX !== 'visible' && !each.closest(scrolls))
        .map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.scrollWidth} pixels`
            + ` in ${each.clientWidth}`);
    if (root.scrollWidth > root.clientWidth)
        cut.push(`the page: ${root.scrollWidth} pixels in ${root.clientWidth}`);
    return cut;
}"""
