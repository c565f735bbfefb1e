"""What people start: the command line, the page server and the pages it serves."""
