#!/usr/bin/env pwsh
# Installs what a release has for Windows, by the installer and by the script, starts it and takes it away again:
#   scripts/release/try-packages.ps1 FOLDER
# For runners that are thrown away afterwards. The script is tried in both editions of PowerShell.
param([Parameter(Mandatory)] [string] $Folder)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$Folder = (Resolve-Path $Folder).Path
$processor = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'arm64' } else { 'amd64' }

function Assert-True([bool] $Holds, [string] $What) { if (-not $Holds) { throw "FAILED: $What" } }

# The installer.
$msi = Join-Path $Folder "claude-code-proxy-windows-$processor.msi"
foreach ($action in @('/i', '/x')) {
    $done = Start-Process msiexec -ArgumentList $action, "`"$msi`"", '/qn', '/norestart' -Wait -PassThru
    Assert-True ($done.ExitCode -eq 0) "msiexec $action ended with $($done.ExitCode)"
    $program = Join-Path $env:ProgramFiles 'Claude Code Proxy\claude-code-proxy.exe'
    if ($action -eq '/i') {
        & $program --version
        Assert-True ($LASTEXITCODE -eq 0) 'the installed program does not start'
        $path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
        Assert-True ($path -like '*Claude Code Proxy*') 'the folder is not in PATH'
    }
    else { Assert-True (-not (Test-Path $program)) 'the program is still there' }
}

# The script, from a server of this machine; signed it is later.
$server = Start-Process python -ArgumentList '-m', 'http.server', '--bind', '127.0.0.1', '--directory', "`"$Folder`"", '18765' -PassThru
try {
    Start-Sleep -Seconds 3
    foreach ($shell in @('powershell', 'pwsh')) {
        $to = Join-Path ([IO.Path]::GetTempPath()) "tried-$shell"
        $script = Join-Path $Folder 'install.ps1'
        & $shell -NoProfile -ExecutionPolicy Bypass -File $script -From http://127.0.0.1:18765 -To $to -WithoutSignature
        Assert-True ($LASTEXITCODE -eq 0) "install.ps1 in $shell ended with $LASTEXITCODE"
        & (Join-Path $to 'claude-code-proxy.exe') --version
        & $shell -NoProfile -ExecutionPolicy Bypass -File $script -To $to -Uninstall
        Assert-True (-not (Test-Path (Join-Path $to 'claude-code-proxy.exe'))) "the program is still there ($shell)"
    }
}
finally { Stop-Process -Id $server.Id }
Write-Host 'Every package came and went.'
