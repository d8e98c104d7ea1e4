"""The rules that a newcomer meets first: one program each, wrong and right. `owned examples` shows and runs them."""
