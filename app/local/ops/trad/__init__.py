"""Trad: the back office of a trading house in six markets."""
