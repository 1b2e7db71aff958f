using System.Runtime.InteropServices;

namespace RendezvousCluster.Registry.Files;

/// <summary>
/// Which file is at a path, and how long it is, found out without opening it: SQLite's locks on a file end for the whole process when any
/// part of it closes that file.
/// </summary>
/// <param name="Device">Where the file system keeps it; 0 elsewhere than on Linux.</param>
/// <param name="Inode">The number of the file there; 0 elsewhere than on Linux.</param>
/// <param name="LengthBytes">How long it is.</param>
internal readonly partial record struct FileLook(ulong Device, ulong Inode, long LengthBytes)
{
    // Of Linux, on every processor.
    private const int CurrentDirectory = -100;
    private const uint InodeAndSize = 0x100 | 0x200;
    private const int DeviceShift = 32;
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;

    /// <summary>What is at the path; null when nothing is.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    public static FileLook? At(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return LengthOnly(path);
        }

        try
        {
            return AtOnLinux(path);
        }
        catch (EntryPointNotFoundException)
        {
            return LengthOnly(path); // a C library that is older than the call
        }
    }

    /// <summary>Whether it is the same file.</summary>
    public bool IsSameFile(FileLook other) => Device == other.Device && Inode == other.Inode;

    private static FileLook? LengthOnly(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileLook(Device: 0, Inode: 0, file.Length) : null;
    }

    private static FileLook? AtOnLinux(string path)
    {
        if (Stat(CurrentDirectory, path, flags: 0, InodeAndSize, out StatX found) == 0)
        {
            return new FileLook(((ulong)found.DeviceMajor << DeviceShift) | found.DeviceMinor, found.Inode, (long)found.Size);
        }

        int error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory
            ? null
            : throw new IOException($"'{path}' cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int directory, string path, int flags, uint mask, out StatX found);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatX
    {
        [FieldOffset(32)]
        internal readonly ulong Inode;

        [FieldOffset(40)]
        internal readonly ulong Size;

        [FieldOffset(136)]
        internal readonly uint DeviceMajor;

        [FieldOffset(140)]
        internal readonly uint DeviceMinor;
    }
}
