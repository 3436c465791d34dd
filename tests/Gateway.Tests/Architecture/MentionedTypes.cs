using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Gateway.Tests.Architecture;

/// <summary>Reports every named type inside a signature; what the signature builds of them (arrays, references, pointers) does not matter here.</summary>
internal sealed class MentionedTypes(Action<string> add) : ISignatureTypeProvider<bool, object?>
{
    internal void Add(string name) => add(name);

    /// <summary>Namespace and name of the outermost type; generic arity cut off.</summary>
    internal static string NameOf(MetadataReader metadata, EntityHandle handle)
    {
        StringHandle space;
        StringHandle name;
        if (handle.Kind == HandleKind.TypeDefinition)
        {
            TypeDefinition type = metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
            if (!type.GetDeclaringType().IsNil)
                return NameOf(metadata, type.GetDeclaringType());
            (space, name) = (type.Namespace, type.Name);
        }
        else
        {
            TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)handle);
            if (type.ResolutionScope.Kind == HandleKind.TypeReference)
                return NameOf(metadata, type.ResolutionScope);
            (space, name) = (type.Namespace, type.Name);
        }

        string text = metadata.GetString(name);
        int arity = text.IndexOf('`', StringComparison.Ordinal);
        string plain = arity < 0 ? text : text[..arity];
        return space.IsNil ? plain : $"{metadata.GetString(space)}.{plain}";
    }

    public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Report(reader, handle);

    public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Report(reader, handle);

    public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public bool GetArrayType(bool elementType, ArrayShape shape) => true;

    public bool GetByReferenceType(bool elementType) => true;

    public bool GetFunctionPointerType(MethodSignature<bool> signature) => true;

    public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => true;

    public bool GetGenericMethodParameter(object? genericContext, int index) => true;

    public bool GetGenericTypeParameter(object? genericContext, int index) => true;

    public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => true;

    public bool GetPinnedType(bool elementType) => true;

    public bool GetPointerType(bool elementType) => true;

    public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => true;

    public bool GetSZArrayType(bool elementType) => true;

    private bool Report(MetadataReader reader, EntityHandle handle)
    {
        add(NameOf(reader, handle));
        return true;
    }
}
