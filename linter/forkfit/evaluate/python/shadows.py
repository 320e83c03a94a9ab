"""Names for which a file of the project stands back, because a Celery process has loaded another module already."""

from __future__ import annotations

# Imported by ``celery worker`` before the application is looked for (seen on Celery 5.7.0).
_LOADED_LIBRARIES_WORDS = """
    amqp billiard celery click click_didyoumean click_plugins click_repl dateutil kombu prompt_toolkit six
    typing_extensions tzlocal vine wcwidth
"""
LOADED_LIBRARIES = frozenset(_LOADED_LIBRARIES_WORDS.split())

# Modules of the standard library that are not loaded by then (seen on Celery 5.7.0, Python 3.11), so that a file of
# that name in the working directory or on PYTHONPATH is imported instead.
_UNLOADED_STANDARD_WORDS = """
    aifc antigravity argparse asynchat asyncore audioop bdb cProfile cgi cgitb chunk cmath cmd code codeop compileall
    configparser crypt curses dbm distutils doctest ensurepip faulthandler filecmp fractions ftplib getopt getpass
    graphlib gzip html http idlelib imaplib imghdr imp lib2to3 mailbox mailcap mimetypes mmap modulefinder msilib
    msvcrt netrc nis nntplib nt nturl2path optparse ossaudiodev pdb pickletools pipes pkgutil plistlib poplib profile
    pstats pty py_compile pyclbr pydoc pydoc_data readline rlcompleter runpy sched smtpd smtplib sndhdr socketserver
    spwd sqlite3 sre_compile sre_constants sre_parse statistics stringprep sunau symtable syslog tabnanny tarfile
    telnetlib termios test this timeit tkinter tomllib trace tracemalloc tty turtle turtledemo unicodedata unittest uu
    venv wave webbrowser winreg winsound wsgiref xdrlib xmlrpc zipapp
"""
UNLOADED_STANDARD = frozenset(_UNLOADED_STANDARD_WORDS.split())
