#!/bin/sh
# Makes the two base images of deploy/Dockerfile.* where no registry can be reached: Debian by debootstrap from the
# mirror that this machine's own apt uses, and Node by putting this machine's node into it. Needs root, debootstrap and
# a container engine; takes about half a minute. An image that is there already is left alone.
set -eu

suite=bookworm
debian=debian:$suite-slim
node=node:20-$suite-slim

has() { docker image inspect "$1" >/dev/null 2>&1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP

if ! has "$debian"; then
  # The mirror, and how to reach it, may be known only to this machine's apt.
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
    awk -v suite="$suite" '$2 == suite { print $1; exit }')
  root=$work/root
  debootstrap --variant=minbase "$suite" "$root" "${mirror:-http://deb.debian.org/debian}" >"$work/log" 2>&1 ||
    { tail -20 "$work/log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*
  for part in sources.list sources.list.d apt.conf.d trusted.gpg.d keyrings preferences.d; do
    if [ -e "/etc/apt/$part" ]; then cp -a "/etc/apt/$part" "$root/etc/apt/"; fi
  done
  for certificates in /etc/ssl/certs /usr/share/ca-certificates /usr/local/share/ca-certificates; do
    if [ -d "$certificates" ]; then
      mkdir -p "$root$certificates"
      cp -a "$certificates/." "$root$certificates/"
    fi
  done
  tar -C "$root" -c . | docker import --change 'CMD ["bash"]' - "$debian" >/dev/null
  echo "made $debian"
fi

if ! has "$node"; then
  mkdir "$work/node"
  cp -L "$(command -v node)" "$work/node/node"
  printf 'FROM %s\nCOPY node /usr/local/bin/node\nCMD ["node"]\n' "$debian" >"$work/node/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$node" "$work/node" >/dev/null
  echo "made $node from node $(node --version)"
fi
