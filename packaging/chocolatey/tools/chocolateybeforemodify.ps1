# A program that runs cannot be replaced. Running answers may end first; where none runs that is no failure.
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition
& (Join-Path $tools '@BINARY@.exe') stop 2>&1 | Out-Null
$global:LASTEXITCODE = 0
