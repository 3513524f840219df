<#
.SYNOPSIS
Installs @NAME@ from its signed releases, for the user who runs this; no administrator is needed.

.DESCRIPTION
checksums.txt is signed, and everything else is in checksums.txt. What is not as it says is not installed, and what
was there before stays as it was. Works in Windows PowerShell 5.1 and PowerShell 7.

.EXAMPLE
irm @LATEST@/install.ps1 | iex

.EXAMPLE
& ([scriptblock]::Create((irm @LATEST@/install.ps1))) -Version 1.2.3
#>
# In a scope of its own: `irm | iex` runs this in that of the person, where neither the settings below nor the functions
# are to stay.
& {
    [CmdletBinding(PositionalBinding = $false)]
    param(
        # This version instead of the newest.
        [ValidatePattern('^v?[0-9A-Za-z.-]*$')] [string] $Version = '',
        # Where the program goes.
        [string] $To = "$env:LOCALAPPDATA\Programs\@BINARY@",
        # A mirror: the folder of a release; {version} in it is replaced.
        [string] $From = '',
        # A minisign public key to trust besides those of this script.
        [string] $Key = '',
        # Trust https alone, where nothing on this machine can check a signature.
        [switch] $WithoutSignature,
        # Remove the program; settings, accounts and the ledger stay.
        [switch] $Uninstall
    )

    Set-StrictMode -Version 2.0
    $ErrorActionPreference = 'Stop'
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

    $product = '@BINARY@'
    $latest = '@LATEST@'
    $versioned = '@VERSIONED@'
    $keys = @('@KEYS@'.Split(' ') + $Key | Where-Object { $_ -ne '' })

    function Stop-Install([string] $What, [string] $Fix = '') {
        $text = "error: $What"
        if ($Fix -ne '') { $text += "`n  fix: $Fix" }
        throw $text
    }

    # windows-amd64 or windows-arm64.
    function Get-Target {
        if ([Environment]::OSVersion.Platform -ne 'Win32NT') {
            Stop-Install 'This script is for Windows.' "On Linux and macOS: curl -fsSL $latest/install.sh | sh"
        }
        if ([Environment]::OSVersion.Version.Build -lt 17763) {
            Stop-Install 'The binary needs Windows 10 version 1809 or newer.' 'Update Windows.'
        }
        # A 32-bit or emulated shell is told of another processor; the first of the two is the machine's.
        $processor = @($env:PROCESSOR_ARCHITEW6432, $env:PROCESSOR_ARCHITECTURE) | Where-Object { $_ } | Select-Object -First 1
        switch ($processor) {
            'AMD64' { return 'windows-amd64' }
            'ARM64' { return 'windows-arm64' }
            default { Stop-Install "There is no binary for this processor ($processor)." 'There are binaries for x86-64 and ARM64.' }
        }
    }

    function Test-Address([Uri] $Url) {
        if ($Url.Scheme -eq 'https' -or ($Url.Scheme -eq 'http' -and $Url.IsLoopback)) { return }
        Stop-Install "$Url is not https." 'A mirror needs https; plain http is for this machine itself.'
    }

    # Each redirect is looked at: none leads away from https.
    function Get-File([string] $Url, [string] $File) {
        $address = [Uri] $Url
        for ($hop = 0; $hop -lt 8; $hop++) {
            Test-Address $address
            $request = [Net.HttpWebRequest]::Create($address)
            $request.AllowAutoRedirect = $false
            $request.UserAgent = "$product-install"
            $request.Timeout = 30000
            $request.ReadWriteTimeout = 60000
            try { $answer = $request.GetResponse() }
            catch { Stop-Install "$Url could not be downloaded: $($_.Exception.Message)" 'Run this again.' }
            try {
                $next = $answer.Headers['Location']
                if ($next) { $address = New-Object Uri($address, $next); continue }
                $stream = $answer.GetResponseStream()
                $out = [IO.File]::Create($File)
                try { $stream.CopyTo($out) } finally { $out.Dispose(); $stream.Dispose() }
                if ($answer.ContentLength -ge 0 -and (Get-Item -LiteralPath $File).Length -ne $answer.ContentLength) {
                    Stop-Install "$Url came only in part." 'Run this again.'
                }
                return
            }
            finally { $answer.Dispose() }
        }
        Stop-Install "$Url leads from one address to the next." 'Try again later, or another mirror.'
    }

    function Get-Listed([string] $Name) {
        foreach ($line in Get-Content -LiteralPath (Join-Path $scratch 'checksums.txt')) {
            if ($line -cmatch '^([0-9a-f]{64}) [ *](.+)$' -and $Matches[2] -ceq $Name) { return $Matches[1] }
        }
    }

    function Test-Hash([string] $Name, [string] $File) {
        $wanted = Get-Listed $Name
        if (-not $wanted) { Stop-Install "checksums.txt says nothing about $Name." 'Tell whoever made the release.' }
        $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash.ToLowerInvariant()
        if ($found -cne $wanted) {
            Stop-Install "$Name is not what checksums.txt says." 'It was damaged on its way, or changed: run this again, or take another mirror.'
        }
    }

    # By minisign where it is installed, else by the OpenSSH that comes with Windows.
    function Test-Signature([string] $Base) {
        if ($WithoutSignature) {
            Write-Warning 'The signature is not checked; https alone says who made this.'
            return
        }
        if ($keys.Count -eq 0) {
            Stop-Install 'This script knows no key to check a signature with.' 'Give the one of whoever made the release: -Key KEY'
        }
        $sums = Join-Path $scratch 'checksums.txt'
        if (Get-Command minisign -ErrorAction SilentlyContinue) {
            Get-File "$Base/checksums.txt.minisig" "$sums.minisig"
            $check = { param($one) & minisign -V -q -P $one -m $sums -x "$sums.minisig" 2>&1 | Out-Null; $LASTEXITCODE -eq 0 }
        }
        elseif (Get-Command ssh-keygen -ErrorAction SilentlyContinue) {
            Get-File "$Base/checksums.txt.sshsig" "$sums.sshsig"
            $check = { param($one) Test-SshSignature $one $sums }
        }
        else {
            Stop-Install 'Nothing on this machine can check the signature.' 'Install minisign, or the OpenSSH client of Windows. Or trust https alone: -WithoutSignature'
        }
        $ErrorActionPreference = 'Continue'
        foreach ($one in $keys) { if (& $check $one) { return } }
        $ErrorActionPreference = 'Stop'
        Stop-Install 'The signature of checksums.txt is not by a key that is trusted here.' 'Do not install this. Download again, and if that does not help, tell whoever makes the releases.'
    }

    # A key of minisign is two letters, eight bytes of name and 32 of Ed25519, which is what OpenSSH wants.
    function Test-SshSignature([string] $One, [string] $Sums) {
        $bytes = [Convert]::FromBase64String($One)
        if ($bytes.Length -ne 42) { return $false }
        $blob = [byte[]] (0, 0, 0, 11) + [Text.Encoding]::ASCII.GetBytes('ssh-ed25519') + [byte[]] (0, 0, 0, 32) + $bytes[10..41]
        $signers = Join-Path $scratch 'signers'
        $line = '{0} namespaces="{0}" ssh-ed25519 {1}' -f $product, [Convert]::ToBase64String($blob)
        [IO.File]::WriteAllText($signers, "$line`n")
        # Read by cmd: PowerShell would turn the line ends of what it pipes.
        & cmd.exe /d /c "ssh-keygen -Y verify -f `"$signers`" -I $product -n $product -s `"$Sums.sshsig`" < `"$Sums`"" 2>&1 | Out-Null
        return $LASTEXITCODE -eq 0
    }

    function Get-Release([string] $Base) {
        Get-File "$Base/checksums.txt" (Join-Path $scratch 'checksums.txt')
        Test-Signature $Base
        $file = Join-Path $scratch 'release.json'
        Get-File "$Base/release.json" $file
        Test-Hash 'release.json' $file
        $release = Get-Content -LiteralPath $file -Raw -Encoding UTF8 | ConvertFrom-Json
        if ($release.product -cne $product) { Stop-Install "This is a release of something else: $($release.product)." }
        if ($Version -ne '' -and $release.version -cne $Version) {
            Stop-Install "Version $Version was asked for, and $Base has $($release.version)." 'Look at the version or the mirror again.'
        }
        if ($Version -eq '' -and [DateTimeOffset]::Parse([string] $release.expires, [Globalization.CultureInfo]::InvariantCulture) -lt [DateTimeOffset]::UtcNow) {
            Stop-Install "What $Base says is out of date since $($release.expires)." "Check this machine's clock, or ask for the version by name: -Version $($release.version)"
        }
        return $release
    }

    # By their three numbers; what leads to a version (1.2.3-rc.1) comes before it.
    function Test-Older([string] $One, [string] $Than) {
        foreach ($text in $One, $Than) { if ($text -cnotmatch '^\d+\.\d+\.\d+(-|$)') { return $false } }
        $left = [Version] ($One -replace '-.*$', '')
        $right = [Version] ($Than -replace '-.*$', '')
        if ($left -ne $right) { return $left -lt $right }
        return $One.Contains('-') -and -not $Than.Contains('-')
    }

    # What is there is not replaced by something older that a mirror still has, unless that is asked for by name.
    function Test-Present([string] $Released, [string] $Base) {
        $ErrorActionPreference = 'Continue'
        $place = Join-Path $To "$product.exe"
        if ($Version -ne '' -or -not (Test-Path -LiteralPath $place)) { return }
        try { $said = (& $place --version 2>&1 | Out-String).Trim() } catch { return }
        if (-not $said.StartsWith("$product ")) { return }
        $present = $said.Substring($product.Length + 1)
        if (Test-Older $Released $present) {
            Stop-Install "$place is of version $present, and $Base has $Released, which is older." "Keep the newer one, or ask for the older one by name: -Version $Released"
        }
    }

    function Expand-Gzip([string] $Archive, [string] $File) {
        $source = [IO.File]::OpenRead($Archive)
        $unpacked = New-Object IO.Compression.GZipStream($source, [IO.Compression.CompressionMode]::Decompress)
        $out = [IO.File]::Create($File)
        try { $unpacked.CopyTo($out) } finally { $out.Dispose(); $unpacked.Dispose(); $source.Dispose() }
    }

    function Install-Product {
        $target = Get-Target
        if (Test-Path -LiteralPath (Join-Path $To "$product.install.json")) {
            Stop-Install "$To belongs to a package." 'Update or remove it with what installed it, or choose another folder: -To FOLDER'
        }
        $base = if ($From -ne '') { $From.TrimEnd('/') } elseif ($Version -ne '') { $versioned } else { $latest }
        if ($base.Contains('{version}')) {
            if ($Version -eq '') { Stop-Install "Which version? $base stands for any." 'Give it: -Version 1.2.3' }
            $base = $base.Replace('{version}', $Version)
        }
        $release = Get-Release $base
        Test-Present $release.version $base
        $binary = "$product-$target.exe"
        Write-Host "Downloading $product $($release.version) for $target ..."
        $archive = Join-Path $scratch "$binary.gz"
        $new = Join-Path $scratch "$product.exe"
        Get-File "$base/$binary.gz" $archive
        Test-Hash "$binary.gz" $archive
        Expand-Gzip $archive $new
        Test-Hash $binary $new
        $said = (& $new --version | Out-String).Trim()
        if ($LASTEXITCODE -ne 0 -or $said -cne "$product $($release.version)") {
            Stop-Install "The new binary does not start here: $said" 'Nothing was changed. Please report this, with the line above.'
        }
        Move-IntoPlace $new
        Add-ToPath
        Write-Host "Installed $product $($release.version): $(Join-Path $To "$product.exe")"
        Write-Host "Start it: $product"
    }

    # A program that runs can be renamed, not replaced.
    function Move-IntoPlace([string] $New) {
        New-Item -ItemType Directory -Force -Path $To | Out-Null
        $place = Join-Path $To "$product.exe"
        $old = "$place.old"
        Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
        if (Test-Path -LiteralPath $place) { Move-Item -LiteralPath $place -Destination $old -Force }
        try { Move-Item -LiteralPath $New -Destination $place }
        catch {
            if (Test-Path -LiteralPath $old) { Move-Item -LiteralPath $old -Destination $place }
            throw
        }
        Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
    }

    # As it is written, with its %variables%: who reads it expanded and writes that back has lost them. .NET expands it.
    function Get-UserPath {
        $key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
        try { $path = $key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames) }
        finally { $key.Dispose() }
        [string] $path -split ';' | Where-Object { $_ -ne '' }
    }

    function Set-UserPath([string[]] $Folders) {
        $key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
        try { $key.SetValue('Path', ($Folders -join ';'), [Microsoft.Win32.RegistryValueKind]::ExpandString) }
        finally { $key.Dispose() }
        # Takes away a variable that is not there, since that tells Windows to look at them again.
        [Environment]::SetEnvironmentVariable("$product-path", [NullString]::Value, 'User')
    }

    # Whether an entry of PATH is our folder.
    function Test-Entry([string] $Entry) { [Environment]::ExpandEnvironmentVariables($Entry).TrimEnd('\') -eq $To.TrimEnd('\') }

    function Add-ToPath {
        $folders = @(Get-UserPath)
        if (@($folders | Where-Object { Test-Entry $_ }).Count -gt 0) { return }
        Set-UserPath ($folders + $To)
        $env:Path = "$env:Path;$To"
        Write-Host "$To was added to your PATH; windows that are open already do not know it yet."
    }

    # Running answers may end first. Where none runs that is no failure, and PowerShell 5.1 would take the first line on
    # stderr for one.
    function Stop-Program([string] $Program) {
        $ErrorActionPreference = 'Continue'
        & $Program stop 2>&1 | Out-Null
    }

    function Uninstall-Product {
        $place = Join-Path $To "$product.exe"
        if (-not (Test-Path -LiteralPath $place)) { Stop-Install "There is no $place." 'It may be elsewhere: -To FOLDER' }
        if (Test-Path -LiteralPath (Join-Path $To "$product.install.json")) {
            Stop-Install "$place belongs to a package." 'Remove it with what installed it.'
        }
        Stop-Program $place
        Remove-Item -LiteralPath $place -Force
        Remove-Item -Path "$place.*" -Force -ErrorAction SilentlyContinue
        # What updates leave beside it has a name that begins with a dot.
        Remove-Item -Path (Join-Path $To ".$product.*") -Force -ErrorAction SilentlyContinue
        $folders = @(Get-UserPath)
        $others = @($folders | Where-Object { -not (Test-Entry $_) })
        if ($others.Count -ne $folders.Count) { Set-UserPath $others }
        Write-Host "Removed $place."
        Write-Host "Settings, accounts and the ledger are still in $(Join-Path $env:USERPROFILE ".$product"); remove that folder to forget everything."
    }

    $Version = $Version -replace '^v', ''
    if ($Uninstall) { Uninstall-Product }
    else {
        $scratch = Join-Path ([IO.Path]::GetTempPath()) "$product-$([Guid]::NewGuid().ToString('N'))"
        New-Item -ItemType Directory -Path $scratch | Out-Null
        try { Install-Product } finally { Remove-Item -LiteralPath $scratch -Recurse -Force -ErrorAction SilentlyContinue }
    }
} @args
