"""The page and the widget in a real browser, with both real servers behind them."""
