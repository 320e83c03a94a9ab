"""Small abstract interpreters: what shell words and Python expressions come to, without running them."""
