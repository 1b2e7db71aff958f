using System.Text;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Chaos.Load;

public sealed class RecordBookTests
{
    private readonly RecordBook _book = new();
    private readonly byte[] _record = new TestPeer().Record(3);

    [Fact]
    public void A_record_is_recognised_byte_by_byte()
    {
        _book.Add(_record, ns: 2, peer: 7, version: 3);
        byte[] changed = [.. _record];
        changed[^1] ^= 1;

        Assert.Equal(new FoundRecord(2, 2, 7, 3, 60), Find("chaos-2", _record));
        Assert.Equal(new FoundRecord(5, 2, 7, 3, 60), Find("chaos-5", _record));
        Assert.Equal(FoundRecord.Nobodys, Find("chaos-2", changed).Peer);
    }

    [Fact]
    public void A_namespace_of_another_name_is_nobodys()
    {
        _book.Add(_record, ns: 2, peer: 7, version: 3);

        Assert.Equal(FoundRecord.Nobodys, Find("", _record).Shown);
        Assert.Equal(FoundRecord.Nobodys, Find("chaos-", _record).Shown);
    }

    private FoundRecord Find(string ns, byte[] record) => _book.Read(new Registration(Encoding.UTF8.GetBytes(ns), record, 60));
}
