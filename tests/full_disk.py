"""A disk of tests that can be filled."""

import errno
import os
import resource
import shutil
import subprocess


class Disk:
    """A small disk that can be filled.

    It is a file system of its own if that may be mounted, and else a limit on every file.
    """

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
        self.mounted = (
            shutil.which("mount") and subprocess.run(mount, capture_output=True).returncode == 0
        )
        self.error = errno.ENOSPC if self.mounted else errno.EFBIG

    def fill(self, spare):
        """Leaves `spare` bytes for a file."""
        if self.mounted:
            free = os.statvfs(self.folder)
            (self.folder / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - spare))
        else:
            resource.setrlimit(
                resource.RLIMIT_FSIZE, (spare, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
            )

    def free(self):
        """Makes room again."""
        (self.folder / "filler").unlink(missing_ok=True)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2
        )

    def close(self):
        """Takes the disk away."""
        self.free()
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
