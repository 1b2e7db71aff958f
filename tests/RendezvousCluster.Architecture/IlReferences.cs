using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace RendezvousCluster.Architecture;

/// <summary>A method or field: the full name of its type, without type arguments, and its own.</summary>
internal readonly record struct MemberName(string Type, string Name)
{
    public override string ToString() => $"{Type}.{Name}";
}

/// <summary>
/// Which members the code of an assembly names: the tokens in the bodies of its methods. A body that names its own method does not count,
/// so that a recursion keeps nothing alive.
/// </summary>
internal static class IlReferences
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    public static IEnumerable<MemberName> Of(MetadataReader metadata, Func<int, MethodBodyBlock> bodyAt)
    {
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            MemberName self = new(FullName(metadata, method.GetDeclaringType()), metadata.GetString(method.Name));
            foreach (EntityHandle named in Tokens(bodyAt(method.RelativeVirtualAddress).GetILReader()))
            {
                if (Name(metadata, named) is { } member && member != self)
                {
                    yield return member;
                }
            }
        }
    }

    public static string FullName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return type.IsNested
            ? $"{FullName(metadata, type.GetDeclaringType())}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    /// <summary>The members and types that a body names, in its order.</summary>
    internal static IReadOnlyList<EntityHandle> Tokens(BlobReader il)
    {
        var tokens = new List<EntityHandle>();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            OpCode code = OpCodesByValue[value == 0xFE ? 0xFE00 | il.ReadByte() : value];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default:
                    il.Offset += Size(code.OperandType);
                    break;
            }
        }

        return tokens;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static MemberName? Name(MetadataReader metadata, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                return Name(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            case HandleKind.MethodDefinition:
                MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return new(FullName(metadata, method.GetDeclaringType()), metadata.GetString(method.Name));
            case HandleKind.FieldDefinition:
                FieldDefinition field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                return new(FullName(metadata, field.GetDeclaringType()), metadata.GetString(field.Name));
            case HandleKind.MemberReference:
                MemberReference reference = metadata.GetMemberReference((MemberReferenceHandle)handle);
                return Parent(metadata, reference.Parent) is { } type ? new(type, metadata.GetString(reference.Name)) : null;
            default:
                return null;
        }
    }

    private static string? Parent(MetadataReader metadata, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeDefinition => FullName(metadata, (TypeDefinitionHandle)parent),
        HandleKind.TypeReference => FullName(metadata, (TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => Generic(metadata, metadata.GetTypeSpecification((TypeSpecificationHandle)parent)),
        _ => null,
    };

    private static string FullName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{FullName(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    // GENERICINST, CLASS or VALUETYPE, then the generic type. Arrays and type parameters declare nothing of ours.
    private static string? Generic(MetadataReader metadata, TypeSpecification specification)
    {
        BlobReader blob = metadata.GetBlobReader(specification.Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadCompressedInteger();
        return Parent(metadata, blob.ReadTypeHandle());
    }
}
