using System.Diagnostics.Metrics;
using RendezvousCluster.Registry.Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>Metrics about the guard of the port between nodes.</summary>
internal sealed class LinkMetrics
{
    internal const string InsecureName = "rendezvous.cluster.insecure";
    internal const string CertificateLeftName = "rendezvous.cluster.certificate.left";
    internal const string EachLeftName = "rendezvous.certificate.left";

    private volatile ClusterCredentials? _credentials;
    private volatile bool _isInsecure;

    public LinkMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(RegistryMetrics.MeterName);
        meter.CreateObservableGauge(
            InsecureName, () => _isInsecure ? 1 : 0,
            description: "1 when every program that reaches this node's port for other nodes can control it, for want of certificates; "
                + "else 0.");
        meter.CreateObservableGauge(
            CertificateLeftName, ObserveLeft, "d",
            "Days until the certificate of this node ends, or that of its authority; no series without certificates.");
        meter.CreateObservableGauge(
            EachLeftName, ObserveEach, "d",
            "Days until a certificate ends, by whose it is: this node's for other nodes, or its authority's; no series without.");
    }

    /// <summary>Tells of a port from now on.</summary>
    /// <param name="credentials">By which nodes know one another there; null: everybody is let in.</param>
    public void Watch(ClusterCredentials? credentials)
    {
        _credentials = credentials;
        _isInsecure = credentials is null;
    }

    private IEnumerable<Measurement<double>> ObserveEach()
    {
        if (_credentials is not { } credentials)
        {
            return [];
        }

        (TimeSpan node, TimeSpan authority) = credentials.LeftOfEach;
        return
        [
            new(node.TotalDays, new KeyValuePair<string, object?>("certificate", "node")),
            new(authority.TotalDays, new KeyValuePair<string, object?>("certificate", "authority")),
        ];
    }

    private IEnumerable<Measurement<double>> ObserveLeft() =>
        _credentials is { } credentials ? [new Measurement<double>(credentials.Left.TotalDays)] : [];
}
