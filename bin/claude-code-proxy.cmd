@echo off
rem Runs any command from a checkout on Windows: bin\claude-code-proxy serve --port 8000
node "%~dp0claude-code-proxy" %*
