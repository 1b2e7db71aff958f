using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace RendezvousCluster.Architecture;

/// <summary>
/// Which types of an assembly name which others of it: in their bases and interfaces, attributes, members' signatures, type constraints,
/// local variables and the bodies of their methods. Constants that the compiler copies and references in comments leave nothing behind.
/// </summary>
internal sealed class TypeDependencies
{
    private readonly MetadataReader _metadata;
    private readonly Func<int, MethodBodyBlock> _bodyAt;
    private readonly Mentions _mentions = new();
    private readonly HashSet<TypeDependency> _found = [];

    private TypeDependencies(MetadataReader metadata, Func<int, MethodBodyBlock> bodyAt)
    {
        _metadata = metadata;
        _bodyAt = bodyAt;
    }

    public static IReadOnlySet<TypeDependency> Of(MetadataReader metadata, Func<int, MethodBodyBlock> bodyAt)
    {
        var references = new TypeDependencies(metadata, bodyAt);
        foreach (TypeDefinitionHandle type in metadata.TypeDefinitions)
        {
            references.Read(type);
        }

        return references._found;
    }

    private void Read(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        _mentions.Types.Clear();
        Mention(type.BaseType);
        Mention(type.GetCustomAttributes());
        Mention(type.GetGenericParameters());
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
        {
            Mention(_metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (FieldDefinition field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(_mentions, null);
            Mention(field.GetCustomAttributes());
        }

        foreach (MethodDefinition method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(_mentions, null);
            Mention(method.GetCustomAttributes());
            Mention(method.GetGenericParameters());
            if (method.RelativeVirtualAddress != 0)
            {
                Mention(_bodyAt(method.RelativeVirtualAddress));
            }
        }

        OuterType self = Outermost(handle);
        _found.UnionWith(_mentions.Types.Select(Outermost).Where(other => other != self).Select(other => new TypeDependency(self, other)));
    }

    private void Mention(MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_mentions, null);
        }

        foreach (EntityHandle token in IlReferences.Tokens(body.GetILReader()))
        {
            Mention(token);
        }
    }

    private void Mention(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition when !handle.IsNil:
                _mentions.Types.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_mentions, null);
                break;
            case HandleKind.MethodDefinition:
                Mention(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Mention(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Mention(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(_mentions, null);
                Mention(method.Method);
                break;
        }
    }

    private void Mention(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttribute attribute in attributes.Select(_metadata.GetCustomAttribute))
        {
            Mention(attribute.Constructor);
        }
    }

    private void Mention(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterConstraintHandle constraint in parameters
            .Select(_metadata.GetGenericParameter).SelectMany(parameter => parameter.GetConstraints()))
        {
            Mention(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private OuterType Outermost(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.IsNested
            ? Outermost(type.GetDeclaringType())
            : new(_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <summary>Collects the types of the assembly that a signature consists of; what they form together does not matter.</summary>
    private sealed class Mentions : ISignatureTypeProvider<ValueTuple, object?>
    {
        public HashSet<TypeDefinitionHandle> Types { get; } = [];

        public ValueTuple GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            Types.Add(handle);
            return default;
        }

        public ValueTuple GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public ValueTuple GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => default;

        public ValueTuple GetArrayType(ValueTuple elementType, ArrayShape shape) => default;

        public ValueTuple GetByReferenceType(ValueTuple elementType) => default;

        public ValueTuple GetFunctionPointerType(MethodSignature<ValueTuple> signature) => default;

        public ValueTuple GetGenericInstantiation(ValueTuple genericType, ImmutableArray<ValueTuple> typeArguments) => default;

        public ValueTuple GetGenericMethodParameter(object? genericContext, int index) => default;

        public ValueTuple GetGenericTypeParameter(object? genericContext, int index) => default;

        public ValueTuple GetModifiedType(ValueTuple modifier, ValueTuple unmodifiedType, bool isRequired) => default;

        public ValueTuple GetPinnedType(ValueTuple elementType) => default;

        public ValueTuple GetPointerType(ValueTuple elementType) => default;

        public ValueTuple GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

        public ValueTuple GetSZArrayType(ValueTuple elementType) => default;
    }
}
