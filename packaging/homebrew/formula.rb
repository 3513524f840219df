class @CLASS@ < Formula
  desc "One local endpoint in front of the Claude API"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license "MIT"

  on_macos do
    depends_on macos: :ventura

    on_arm do
      url "@URL:darwin-arm64.gz@"
      sha256 "@SHA256:darwin-arm64.gz@"
    end
    on_intel do
      url "@URL:darwin-amd64.gz@"
      sha256 "@SHA256:darwin-amd64.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@URL:linux-arm64.gz@"
      sha256 "@SHA256:linux-arm64.gz@"
    end
    on_intel do
      url "@URL:linux-amd64.gz@"
      sha256 "@SHA256:linux-amd64.gz@"
    end
  end

  # Its signature covers every byte.
  skip_clean "libexec"

  def install
    libexec.install Dir["@BINARY@-*"].first => "@BINARY@"
    chmod 0755, libexec/"@BINARY@"
    (libexec/"@MARKER_FILE@").write <<~JSON
      @MARKER:homebrew@
    JSON
    bin.install_symlink libexec/"@BINARY@"
    generate_completions_from_executable(libexec/"@BINARY@", "completion")
  end

  service do
    run [opt_bin/"@BINARY@", "serve", "--no-open"]
    keep_alive successful_exit: false
    environment_variables PATH: std_service_path_env
  end

  test do
    assert_equal "@BINARY@ #{version}", shell_output("#{bin}/@BINARY@ --version").strip
    ENV["CCPROXY_HOME"] = testpath/"home"
    assert_match "valid", shell_output("#{bin}/@BINARY@ config validate --json")
  end
end
