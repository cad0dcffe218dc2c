# Ends the servers of a JVM and deletes their directory after the JVM has ended. Standard input is a pipe from the JVM, so
# end of input means that the JVM has ended. Usage: sh -c "$(cat watchdog.sh)" watchdog DIRECTORY
trap '' INT TERM HUP
root=$1
while read -r line; do :; done

# No process can start in a directory that has been renamed.
gone="$root.gone"
mv "$root" "$gone" 2>/dev/null
[ -d "$gone" ] || exit 0

# The system may have reused a process id: only a command line that names our directory is ours.
ours() {
    if [ -r "/proc/$1/cmdline" ]; then
        arguments=$(tr '\0' ' ' <"/proc/$1/cmdline")
    else
        arguments=$(ps -o args= -p "$1" 2>/dev/null)
    fi
    case $arguments in *"$root"*) return 0 ;; *) return 1 ;; esac
}

each() {
    for file in "$gone"/*/pid; do
        read -r pid signal <"$file" 2>/dev/null && ours "$pid" && "$1" "$pid" "$signal"
    done
}

ask() { kill "-$2" "$1" 2>/dev/null; }
await() {
    tries=0
    while ours "$1" && [ $tries -lt 60 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -KILL "$1" 2>/dev/null
}
each ask
each await

# A killed PostgreSQL leaves a System V segment; its id is the last word of line 7.
for file in "$gone"/*/data/postmaster.pid; do
    [ -f "$file" ] && segment=$(sed -n '7s/.* //p' "$file") && [ -n "$segment" ] && ipcrm -m "$segment" 2>/dev/null
done
rm -rf "$gone"
