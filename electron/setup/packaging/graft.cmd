@echo off
rem The command line of the installed program: the same program without a window.
"%~dp0Graft.exe" -- %*
