#!/bin/sh
# The command line of the installed program: the same program without a window, also where there is no display.
here=$(dirname "$(readlink -f "$0")")
[ "$(id -u)" = 0 ] && root=--no-sandbox
exec "$here/graft-studio" $root --ozone-platform=headless --disable-gpu --log-level=3 -- "$@"
