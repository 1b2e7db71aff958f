using System.Runtime.InteropServices;

namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// The clocks of the machine, of which the steady one goes on while the machine is suspended. The one of the platform stands still then on
/// Linux: an owner that was replaced meanwhile would trust itself all the same, and a registration would live longer by as much.
/// </summary>
/// <remarks>
/// A virtual machine that its host stops has no clock that goes on. There the journal keeps owners off rows that are deleted: a write
/// demands the row before it.
/// </remarks>
internal sealed partial class MachineTimeProvider : TimeProvider
{
    // CLOCK_BOOTTIME of Linux.
    private const int BootTime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private MachineTimeProvider()
    {
    }

    /// <summary>The only one; that of the platform where its steady time counts a suspension, or nobody knows.</summary>
    public static TimeProvider Instance { get; } =
        OperatingSystem.IsLinux() && Environment.Is64BitProcess ? new MachineTimeProvider() : System;

    /// <inheritdoc/>
    public override long TimestampFrequency => NanosecondsPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => ReadClock(BootTime, out TimeSpec time) == 0
        ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds
        : throw new InvalidOperationException("The system has no clock that counts from its start.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        internal readonly long Seconds;
        internal readonly long Nanoseconds;
    }
}
