"""Makes the wheel: CMake builds the extension (CMakeLists.txt is the one list of sources), setuptools packs it.

ISPY_BUILD_DIR names a CMake folder that is configured already; ./dev keeps one, so that only what changed is compiled.
Without it each build starts afresh. It must not know: sources, compiler options, libraries.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Command, Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build import build
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
# A free-threaded Python has no stable ABI yet: its builds are for that one version.
STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")


def version() -> str:
    found = re.search(r"^project\(importspy VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"), re.MULTILINE)
    if found is None:
        sys.exit("setup.py: CMakeLists.txt does not state the version: project(importspy VERSION ...)")
    return found[1]


class Build(build):
    """Keeps what setuptools leaves behind in a corner of build/, and nothing of an earlier build."""

    sub_commands = [*build.sub_commands, ("build_startup", None)]  # noqa: RUF012

    def initialize_options(self) -> None:
        super().initialize_options()
        self.build_base = str(Path("build", "wheel"))

    def run(self) -> None:
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


class BuildExtension(build_ext):
    def get_ext_filename(self, fullname: str) -> str:
        """As CMake names it. 3.15 prefers .abi3-x86_64-linux-gnu.so, which no earlier Python would look for."""
        name = super().get_ext_filename(fullname)
        return re.sub(r"\.abi3[^/]*\.so$", ".abi3.so", name)

    def build_extension(self, ext: Extension) -> None:
        folder = os.environ.get("ISPY_BUILD_DIR")
        if folder is None:
            # A cache from an earlier build isolation would name a cmake and a ninja that are gone.
            folder = str(Path(self.build_temp, "cmake").resolve())
            shutil.rmtree(folder, ignore_errors=True)
            self.configure(folder)
        self.cmake("--build", folder, "--target", "importspy_extension")
        # .../importspy/_core.abi3.so -> the folder that holds importspy/
        prefix = Path(self.get_ext_fullpath(ext.name)).resolve().parent.parent
        self.cmake("--install", folder, "--component", "python", "--prefix", str(prefix))

    def configure(self, folder: str) -> None:
        self.cmake(
            *("-S", str(ROOT), "-B", folder),
            *("-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"),
            f"-DPython_EXECUTABLE={sys.executable}",
            f"-DISPY_STABLE_ABI={'ON' if STABLE_ABI else 'OFF'}",
        )

    def cmake(self, *arguments: str) -> None:
        try:
            subprocess.run(["cmake", *arguments], check=True)
        except FileNotFoundError:
            sys.exit("setup.py: cmake is missing; pip installs it unless --no-build-isolation is given")
        except subprocess.CalledProcessError as error:
            sys.exit(
                f"setup.py: cmake {arguments[0]} failed, exit status {error.returncode}; see above. The build takes "
                "a C compiler, pkg-config, and libyaml, cJSON and PCRE2 with their headers (on Debian and Ubuntu: "
                "gcc libc6-dev pkg-config libyaml-dev libcjson-dev libpcre2-dev)"
            )


class BuildStartup(Command):
    """Puts the files that Python reads when it starts at the root of the wheel, where pip lists them in RECORD.

    An editable wheel is not filled from the build folder: what is not code goes straight into what will be zipped.
    """

    FILES = ("importspy.pth", "importspy.start")
    user_options: list[tuple[str, str, str]] = []  # noqa: RUF012

    def initialize_options(self) -> None:
        self.editable_mode = False  # setuptools sets it
        self.folder = ""

    def finalize_options(self) -> None:
        if self.editable_mode:
            self.folder = self.get_finalized_command("install").install_lib
        else:
            self.folder = self.get_finalized_command("build").build_lib

    def run(self) -> None:
        for name in self.FILES:
            self.mkpath(self.folder)
            self.copy_file(str(ROOT / "python" / name), str(Path(self.folder, name)))

    def get_outputs(self) -> list[str]:
        return [str(Path(self.folder, name)) for name in self.FILES]

    def get_source_files(self) -> list[str]:
        return [f"python/{name}" for name in self.FILES]

    def get_output_mapping(self) -> dict[str, str]:
        return {}


class Wheel(bdist_wheel):
    def finalize_options(self) -> None:
        if STABLE_ABI:
            self.py_limited_api = "cp310"
        super().finalize_options()


setup(
    version=version(),
    ext_modules=[Extension("importspy._core", sources=[], py_limited_api=STABLE_ABI)],
    cmdclass={"build": Build, "build_ext": BuildExtension, "build_startup": BuildStartup, "bdist_wheel": Wheel},
)
