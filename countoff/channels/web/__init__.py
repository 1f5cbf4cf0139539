"""Web: the page, the widget and its conversation over plain HTTP."""
