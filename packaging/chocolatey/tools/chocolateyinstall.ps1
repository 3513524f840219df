$ErrorActionPreference = 'Stop'
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition

# The first of the two is the machine's, where the shell is emulated.
$processor = @($env:PROCESSOR_ARCHITEW6432, $env:PROCESSOR_ARCHITECTURE) | Where-Object { $_ } | Select-Object -First 1
if ($processor -eq 'ARM64') {
    $url = '@URL:windows-arm64.exe.gz@'
    $checksum = '@SHA256:windows-arm64.exe.gz@'
} else {
    $url = '@URL:windows-amd64.exe.gz@'
    $checksum = '@SHA256:windows-amd64.exe.gz@'
}

$archive = Join-Path $tools '@BINARY@.exe.gz'
Get-ChocolateyWebFile -PackageName $env:ChocolateyPackageName -FileFullPath $archive -Url64bit $url -Checksum64 $checksum -ChecksumType64 'sha256'
$source = [IO.File]::OpenRead($archive)
$unpacked = New-Object IO.Compression.GZipStream($source, [IO.Compression.CompressionMode]::Decompress)
$out = [IO.File]::Create((Join-Path $tools '@BINARY@.exe'))
try { $unpacked.CopyTo($out) } finally { $out.Dispose(); $unpacked.Dispose(); $source.Dispose() }
Remove-Item -LiteralPath $archive
# Says who keeps it up to date.
[IO.File]::WriteAllText((Join-Path $tools '@MARKER_FILE@'), '@MARKER:chocolatey@')
