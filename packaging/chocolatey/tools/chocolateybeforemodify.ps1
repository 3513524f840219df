# A program that runs cannot be replaced. Running answers may end first; where none runs that is no failure.
# Chocolatey stops at errors, and PowerShell 5.1 takes a line on stderr for one.
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition
& {
    $ErrorActionPreference = 'Continue'
    & (Join-Path $tools '@BINARY@.exe') stop 2>&1 | Out-Null
}
$global:LASTEXITCODE = 0
