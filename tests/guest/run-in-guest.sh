#!/bin/bash
# run-in-guest.sh [-t SECONDS] [-m MEMORY] COMMAND [ARGUMENT...]
#
# Runs COMMAND as root on a full kernel: some machines' own kernel lacks 802.1Q devices, bonds or the Open vSwitch datapath.
# Boots User-Mode Linux (Debian package user-mode-linux, which needs neither KVM nor a disk image) over this machine's own root file
# system: read-only, under an overlay in memory, so that everything COMMAND writes is gone afterwards. It runs in the same directory
# with the same environment, lo up, modules loaded on demand, and no other network. Its standard output and error are given back
# when it has ended.
#
# Exit code: that of COMMAND; 124 when it took longer than SECONDS (default 120); 125 when the guest ended without an answer
# (its console is then on standard error); 64 wrong usage; 69 user-mode-linux is not installed.
set -u

seconds=120 memory=1G
while getopts t:m: option; do
  case $option in
    t) seconds=$OPTARG ;;
    m) memory=$OPTARG ;;
    *) exit 64 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "usage: $0 [-t SECONDS] [-m MEMORY] COMMAND [ARGUMENT...]" >&2; exit 64; }
kernel=$(command -v linux.uml) || { echo "run-in-guest: install the package user-mode-linux" >&2; exit 69; }
modules=$(echo /usr/lib/uml/modules/*)

run=$(mktemp -d "${TMPDIR:-/tmp}/guest.XXXXXX")
guest=
finish() {
  if [ -n "$guest" ]; then kill -9 "$guest" 2>/dev/null; wait "$guest" 2>/dev/null; fi
  rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# What to run, with this environment and directory. TMPDIR may name a place that the guest does not have.
{
  export -p | grep -vE '^declare -[a-z]*x[a-z]* (SHLVL|OLDPWD|PWD|TMPDIR)='
  printf 'cd %q\nexec' "$PWD"
  printf ' %q' "$@"
  echo
} > "$run/command"

# First process of the guest: builds the root file system and enters it.
cat > "$run/init" <<INIT
#!/bin/bash
run='$run' modules='$modules'
INIT
cat >> "$run/init" <<'INIT'
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
insmod "$modules/kernel/fs/overlayfs/overlay.ko"
root=/mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t devtmpfs devtmpfs $root/dev
mkdir -p $root/dev/pts $root/dev/shm $root/dev/net $root/exchange "$root/lib/modules/$(uname -r)"
mount -t devpts devpts $root/dev/pts
mount -t tmpfs tmpfs $root/dev/shm
mount -t tmpfs -o mode=755 tmpfs $root/run
mkdir -p $root/run/netns $root/run/lock
[ -e $root/dev/net/tun ] || mknod -m 666 $root/dev/net/tun c 10 200
ln -sf /proc/self/fd $root/dev/fd
mount -t hostfs -o "$modules,ro" none "$root/lib/modules/$(uname -r)"
mount -t hostfs -o "$run" none $root/exchange
ip link set lo up
# Not chroot(8) alone: nsenter(1) into another mount namespace, and the kernel's modprobe(8), begin at the namespace's own root.
cd $root
pivot_root . mnt
umount --lazy /mnt
exec chroot . /bin/bash /exchange/second-stage
INIT
cat > "$run/second-stage" <<'STAGE'
/bin/bash /exchange/command </dev/null >/exchange/stdout 2>/exchange/stderr
echo $? > /exchange/exit-code
sync
: > /exchange/done
exec sleep infinity
STAGE
chmod +x "$run/init"

# The guest lives in a process namespace that ends with its first process, and that one ends with this script.
env -i PATH="$PATH" HOME=/root TMPDIR=/dev/shm \
  setpriv --pdeathsig KILL unshare --pid --mount-proc --fork --kill-child=KILL \
  "$kernel" mem="$memory" root=/dev/root rootfstype=hostfs rootflags=/ ro init="$run/init" \
  con=null con0=null,fd:1 ssl=null quiet loglevel=4 panic=-1 umid=guest uml_dir="$run/uml" \
  </dev/null >"$run/console" 2>&1 &
guest=$!
# It is ended from here: a guest that powers itself off spins for ever now and then.
SECONDS=0
while [ ! -e "$run/done" ] && kill -0 "$guest" 2>/dev/null; do
  if [ $SECONDS -ge "$seconds" ]; then
    : > "$run/late"
    break
  fi
  sleep 0.1
done
kill -9 "$guest" 2>/dev/null
wait "$guest" 2>/dev/null
guest=

cat "$run/stdout" 2>/dev/null
cat "$run/stderr" >&2 2>/dev/null
[ -s "$run/exit-code" ] && exit "$(cat "$run/exit-code")"
if [ -e "$run/late" ]; then
  echo "run-in-guest: stopped after $seconds s" >&2
  exit 124
fi
echo "run-in-guest: the guest ended without an answer; its console:" >&2
cat "$run/console" >&2
exit 125
