"""Two data sets of operations for the demo, made inside Postgres: Trad trades, ohub restores power.

They are drawn by hashes, the same each time, and for weeks ahead; views show what has happened by now.
"""
