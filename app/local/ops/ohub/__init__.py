"""ohub: power outages of Canada's utilities."""
